"""The notebook for Colab and Kaggle, where it knows of this part."""

from tests.training.test_notebook_services import machine, python, small, zipped  # noqa: F401   fixtures


def test_scenes_are_trained_on_where_they_were_fetched(machine, small):  # noqa: F811
    """Their script wants the folder of the pictures, and not the name of a data set."""
    (small / "one").rename(small / "scenes")
    (small / "scenes" / "train.py").write_text("import sys\n\nprint('train.py got', sys.argv[1:])\n")
    zipped(small, machine.laptop / "upload")
    said = machine.colab(refuses=True, DATASET="scenes15", OPTIONS="--epochs 2")
    assert f"train.py got ['--data', '{machine.folder / 'course_data' / 'scenes15'}', '--epochs', '2']" in said, said
