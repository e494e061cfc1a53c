"""Draw the learning curve of a trained model: how close its vectors came to the teacher's.

    python -m benchmarks.learning_curve --model index/embedders/weights/multilingual --out FILE.svg

Reads the `training.json` that `index.training.export` writes beside the weights. Nearly every text of the training is
met once or twice, so that the curve tells how texts fare that are new to the model.
"""

import argparse
import json
from pathlib import Path


def draw(record: Path, out: Path) -> None:
    """Cosine to the teacher and contrast loss by the number of texts, as SVG or PNG by the name of `out`."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "fixed"  # the same curve gives the same file
    from matplotlib import pyplot

    curve = json.loads(record.read_text("utf-8"))["curve"]
    texts = [point["lessons"] / 1000 for point in curve]
    figure, left = pyplot.subplots(figsize=(7, 3.6), layout="constrained")
    left.plot(texts, [point["cosine"] for point in curve], color="#1f5fa8", label="cosine to the teacher's vector")
    left.set_xlabel("texts seen, thousands")
    left.set_ylabel("cosine", color="#1f5fa8")
    right = left.twinx()
    right.plot(texts, [point["contrast"] for point in curve], color="#b4561b", label="contrast loss")
    right.set_ylabel("contrast loss", color="#b4561b")
    left.grid(alpha=0.3)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a folder with training.json")
    parser.add_argument("--out", type=Path, required=True, help="an SVG or PNG file")
    arguments = parser.parse_args()
    draw(arguments.model / "training.json", arguments.out)


if __name__ == "__main__":
    main()
