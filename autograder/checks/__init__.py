"""How this course is graded: one folder for each part, of which the harness knows no name. Instructors write here; see `docs/authoring.md`.

    PART/test_PROBLEM.py    hidden checks, which pytest collects
    PART/NOUN.py            judging that only this part's checks need
    PART/services/          what runs beside a student's code for them: no secrets, plain values
    PART/replies.py         the kinds of values that these services answer with
    PART/story.py           the notebook's story

A part imports the harness absolutely (`autograder.judge`), its own folder relatively, and no other part.
"""
