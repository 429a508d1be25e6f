"""What a student has written, out of the browser: notebooks and progress in one ZIP."""

import base64
import io
import zipfile
from pathlib import Path

DRIVE = "/drive"  # where JupyterLite shows a kernel what the browser keeps
HERE = "save_my_work.ipynb"


def save(folder=DRIVE):
    """Pack a student's files, as they were last saved; return a link that downloads them.

    Parameters
    ----------
    folder : str or path

    Returns
    -------
    Download
        A notebook shows it as a link.
    """
    paths = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    paths = [path for path in paths if path.name != HERE]  # the last ZIP stands in it
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.writestr(path.relative_to(folder).as_posix(), path.read_bytes())
    return Download("my_work.zip", packed.getvalue(), len(paths))


class Download:
    """A file to take along; `content` are its bytes."""

    def __init__(self, name, content, n_files):
        self.name, self.content, self.n_files = name, content, n_files

    def __repr__(self):
        return f"{self.name}: {self.n_files} files, {len(self.content) / 1e6:.1f} MB"

    def _repr_html_(self):
        data = base64.b64encode(self.content).decode()
        link = f"<a download='{self.name}' href='data:application/zip;base64,{data}'>"
        return f"Download {link}{self.name}</a>: {repr(self).partition(': ')[2]}"
