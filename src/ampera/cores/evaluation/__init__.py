"""What the programme changed, with its uncertainty, estimated from its own lottery.

This package imports nothing, so that the web process can use the parts of the standard library alone:

    power       the smallest effect that a design can find        standard library
    renewal     the locked rule: renew, stop, cannot tell         standard library
    sample      who sits the endline, by a replayable draw        standard library
    effect      the effect of being inside the horizon (ITT)      NumPy: extra `ampera[analysis]`
    taking      the effect of taking a seat (LATE)                NumPy
    attrition   who answered, by arm; Lee bounds                  NumPy
    randomisation  the exact p-value, by replaying the draw       NumPy

Method and sources: docs/methods/evaluation.md.
"""
