"""What only a browser needs, where the library runs in Pyodide: nothing else asks where it is."""
