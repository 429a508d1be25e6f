"""A student at a lesson in JupyterLite, and what such a one writes."""

from browser import wait_for

SLOW = 300  # seconds until a kernel runs in a page, on a machine that is busy otherwise
NEGATIVE_STAYS = "def relu(Z):\nreturn np.maximum(Z, -1)"
MINE = "from course_lib.exercises import mine\nrelu = mine('relu')"
RIGHT = "def relu(Z):\nreturn np.maximum(Z, 0)  # mine"

ASK = """async (code) => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const asked = kernel.requestExecute({ code, store_history: false });
    let told = "";
    asked.onIOPub = (message) => { told += message.content.text ?? message.content.evalue ?? ""; };
    await asked.done;
    return told;
}"""


class Student:
    """Somebody at a lesson in JupyterLite, with a keyboard."""

    def __init__(self, page):
        self.page = page
        self.page.set_default_timeout(1000 * SLOW)
        self.wait_for_python()

    @classmethod
    def opens(cls, context, address, lesson):
        """Open a lesson in a tab of its own."""
        page = context.new_page()
        page.goto(f"{address}/lite/lab/index.html?path={lesson}.ipynb")
        return cls(page)

    def wait_for_python(self):
        """Wait until the kernel runs."""
        self.page.get_by_text("Python (Pyodide) | Idle").wait_for()

    def go(self, name):
        """Scroll to a cell; only what is in sight is in the page."""
        place = "jupyterapp.shell.currentWidget.content"
        self.page.evaluate(
            f"""async (id) => {{
                const at = {place}.widgets.findIndex((cell) => cell.model.id === id);
                {place}.activeCellIndex = at;
                await {place}.scrollToItem(at, 'center');
            }}""",
            name,
        )
        cell = self.page.locator(".jp-Cell.jp-mod-active")
        cell.locator(".cm-content").wait_for()
        return cell

    def write(self, name, text):
        """Replace what stands in a cell, line by line, as the editor indents."""
        self.go(name).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        for line in text.splitlines():
            self.page.keyboard.type(line)
            self.page.keyboard.press("Escape")  # the list of completions
            self.page.keyboard.press("Enter")

    def run(self, name):
        """Run a cell and return what it shows."""
        cell = self.go(name)
        cell.locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Control+Enter")
        wait_for(
            f"the end of {name}",
            lambda: "*" not in cell.locator(".jp-InputPrompt").inner_text(),
            SLOW,
            pause=lambda seconds: self.page.wait_for_timeout(1000 * seconds),
        )
        return cell.locator(".jp-OutputArea").inner_text()

    def save(self):
        """Save, and wait until that is done."""
        self.page.keyboard.press("ControlOrMeta+s")
        self.page.locator(".lm-TabBar-tab.jp-mod-current:not(.jp-mod-dirty)").first.wait_for()

    def leave(self):
        """Save, and close the tab."""
        self.save()
        self.page.close()

    def asked(self):
        """Return what a box on the page says, once there is one."""
        return self.page.locator(".jp-Dialog-content").inner_text()

    def ask(self, code):
        """Ask the kernel, which answers with what is printed."""
        return self.page.evaluate(ASK, code)
