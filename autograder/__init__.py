"""The harness, and in `checks` how this course is graded.

Whose room is which: `checks/PART` belongs to instructors, and a new problem touches nothing else here; `judge` grows by what any
course would ask; `sandbox` and `submission` are the trust boundary and change together with `tests/attacks` only; the others
(`grading`, `results`, `classes`, `nbgrader`, `gradescope`, `build`, `authoring`) know no part and no problem by name, which a test keeps so.
"""
