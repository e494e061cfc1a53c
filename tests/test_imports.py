"""Imports run one way, and nothing heavy is imported before it is needed."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embedders.static import StaticEmbedder
from index.types import Article
from index.writer import IndexWriter

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "index": set(),
    "assistant": {"index", "prompts"},
    "eval": {"index", "assistant", "prompts"},
    "prompts": set(),
    "seeds": set(),
    "benchmarks": {"index", "assistant", "eval"},
}
OURS = {*MAY_IMPORT, "tests"}

ON_TOP = {
    "assistant/cli/eval_commands.py": "assistant/cli/app.py",
    "assistant/cli/proposal_commands.py": "assistant/cli/app.py",
    "assistant/web/evaluation_page.py": "assistant/server/app.py assistant/web/evaluation_form.py",
    "assistant/web/evaluation_files.py": "assistant/web/evaluation_form.py assistant/web/evaluation_view.py",
    "assistant/web/evaluation_view.py": "assistant/web/evaluation_page.py assistant/web/comparison_view.py",
    "assistant/web/comparison_view.py": "assistant/web/evaluation_page.py",
}
"""Files that stand on top of everything, and may import `eval`, within functions only -> the files that import them."""

ADAPTERS = {
    "docx": ["index/readers/word.py"],
    "faiss": ["index/vectors.py", "index/vector_file.py", "index/inverted_file.py"],
    "frontmatter": ["index/readers/markdown.py"],
    "gradio": ["assistant/web/*", "assistant/web/parts/*", "assistant/server/*"],
    "authlib": ["assistant/server/openid.py"],
    "httpx": ["assistant/server/openid.py", "assistant/language_models/language_model.py"],
    "itsdangerous": ["assistant/identity/sessions.py"],
    "jinja2": ["eval/report/page.py"],
    "joserfc": ["assistant/server/openid.py"],
    "jwt": ["assistant/identity/key_set.py", "assistant/identity/tokens.py"],
    "limits": ["assistant/protection/quota.py"],
    "llama_index": [
        "assistant/language_models/language_model.py",
        "assistant/llama_index_retriever.py",
        "eval/judge/evaluators.py",
    ],
    "mcp": ["assistant/server/mcp/*"],
    "ollama": ["assistant/language_models/language_model.py"],
    "openai": ["assistant/language_models/language_model.py"],
    "prometheus_client": ["assistant/server/api/metrics.py"],
    "py3langid": ["index/language.py"],
    "pymilvus": ["index/milvus/server.py"],
    "ray": ["index/embedders/ray_cluster.py"],
    "onnx": ["index/training/*"],
    "onnxruntime": ["index/embedders/onnx_session.py"],
    "pypdf": ["index/readers/pdf.py"],
    "pytrec_eval": ["eval/metrics/retrieval.py"],
    "safetensors": ["index/embedders/static.py", "index/training/*"],
    "sentence_transformers": ["index/embedders/sentence_transformers.py", "index/training/*"],
    "sqlite3": ["index/*.py", "assistant/keeping/keepsakes.py"],
    "Stemmer": ["index/analysis.py"],
    "tokenizers": [
        "index/cross_encoders/tokens.py",
        "index/embedders/onnx.py",
        "index/embedders/static.py",
        "index/training/*",
    ],
    "torch": ["index/embedders/sentence_transformers.py", "index/training/*"],
    "tqdm": ["assistant/cli/output.py", "index/training/*"],
    "trafilatura": ["index/readers/html.py"],
    "transformers": ["index/embedders/sentence_transformers.py", "index/training/*"],
    "typer": ["assistant/cli/*"],
}
"""Library -> the only files of the program (not of tests and benchmarks) that may import it."""

HEAVY = {
    "docx",
    "faiss",
    "gradio",
    "httpx",
    "llama_index",
    "mcp",
    "ollama",
    "onnx",
    "onnxruntime",
    "openai",
    "pypdf",
    "py3langid",
    "pymilvus",
    "ray",
    "sentence_transformers",
    "torch",
}
HEAVY |= {
    "jinja2",
    "tokenizers",
    "trafilatura",
    "transformers",
    "fastapi",
    "uvicorn",
    "pandas",
    "scipy",
    "sklearn",
    "lxml",
}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path, *, when_imported: bool = False) -> Iterator[str]:
    """Names of the modules that a file imports; only those that importing the file itself brings, if so wished."""
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield node.module or ""
        elif when_imported and _is_left_out(node):
            continue
        pending += ast.iter_child_nodes(node)


def _is_left_out(node: ast.AST) -> bool:
    """Whether importing the file does not run what stands in this node."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_run_one_way(folder: str) -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules(folder)
        for name in imports(path)
        if (top := name.partition(".")[0]) in OURS
        and top != folder
        and top not in MAY_IMPORT[folder] | ({"eval"} if name_of(path) in ON_TOP else set())
    ]
    assert wrong == []


@pytest.mark.parametrize("file", ON_TOP)
def test_what_stands_on_top_is_imported_where_it_is_said_and_imports_from_above_only_when_it_runs(file: str) -> None:
    early = {name.partition(".")[0] for name in imports(ROOT / file, when_imported=True)}
    assert "eval" not in early
    module = file.removesuffix(".py").replace("/", ".")
    package, _, name = module.rpartition(".")
    importers = {
        name_of(path)
        for path in modules("index", "assistant", "eval")
        if (found := set(imports(path))) and (module in found or (package in found and name in path.read_text()))
    }
    assert importers == set(ON_TOP[file].split())


def test_each_library_stops_at_its_adapter() -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules("index", "assistant", "eval")
        for name in imports(path)
        if (allowed := ADAPTERS.get(name.partition(".")[0])) is not None
        and not any(path.relative_to(ROOT).match(pattern) for pattern in allowed)
    ]
    assert wrong == []


def test_every_adapter_that_is_named_here_is_there() -> None:
    named = {pattern for patterns in ADAPTERS.values() for pattern in patterns}
    assert [pattern for pattern in sorted(named) if not list(ROOT.glob(pattern))] == []


def test_nothing_but_the_adapter_itself_imports_the_retriever_for_llama_index() -> None:
    importers = [
        name_of(path)
        for path in modules("index", "assistant", "eval")
        if "assistant.llama_index_retriever" in set(imports(path))
    ]
    assert importers == []


def loaded(code: str, cwd: Path, *words: str) -> set[str]:
    """The modules at the top of their packages that are loaded after `code` ran in a process of its own."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"import atexit\natexit.register(lambda: exec({report!r}))\n{code}", *words],
        cwd=cwd,
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.rpartition("\n[")[0]
    return {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}


def test_importing_the_command_line_imports_nothing_heavy(tmp_path: Path) -> None:
    assert loaded("import assistant.cli.app", tmp_path) & HEAVY == set()


@pytest.mark.parametrize("question", ["Combien coûte le nouveau quai du port ?", "what does the new bridge cost?"])
def test_a_question_on_the_command_line_imports_what_it_needs_and_no_more(question: str, tmp_path: Path) -> None:
    with IndexWriter.open(tmp_path / "index", StaticEmbedder()) as writer:
        text = "Un nouveau quai\n\nLe port construit un quai. Les travaux coûtent 12 millions d'euros."
        assert len(list(writer.add([Article("quai.txt", "Un nouveau quai", text, "fr")]))) == 1
    code = "from assistant.cli.app import main; main()"
    found = loaded(code, tmp_path, "ask", "--index", str(tmp_path / "index"), question)
    assert found & HEAVY == {"faiss", "onnxruntime", "tokenizers"}


def test_every_module_of_the_program_but_the_adapters_can_be_imported_without_anything_heavy() -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules("index", "assistant", "eval")
        if not name_of(path).startswith(("assistant/web/", "assistant/server/", "index/training/"))
        and name_of(path) not in ("assistant/llama_index_retriever.py", "assistant/widget/routes.py")
        for name in imports(path, when_imported=True)
        if name.partition(".")[0] in HEAVY
    ]
    assert wrong == []
