"""Every threshold of the rules, each with its reason."""

SIZE_NOTE = 1.3
SIZE_WARNING = 1.5
SIZE_ERROR = 1.9
"""Ratio, either way, of the size in a name to the parameters counted, from which it is a note, a warning or an
error. Of 272 published models 9.2 % differ by more than 1.25, 2.6 % by more than 1.5; real contradictions were
1.92 and 1.93, and on 323 names of a registry 1.9 and 2.0 flag the same 15."""

CONTEXT = 0.75
"""Share of the context in the name that a config must at least allow: ``128k`` is 128,000 or 131,072 tokens, and
tables of positions leave a few out."""

EXPORT = 1.5
"""Ratio of an export's parameters to its checkpoint's from which they are two models: folding constants, untying
a head and merging batch norms change less, save in models that are nearly all embedding."""

EXPERTS_LEAST = 0.55
EXPERTS_MOST = 1.05
"""Share of ``8 × 7 B`` that the parameters of an 8x7B may be: attention is shared, so Mixtral's is 0.83, of
8x22B 0.80, of Phi-3.5's 16x3.8B 0.69; a mixture of two keeps 0.92."""

INDEX_NOTE = 1.02
INDEX_WARNING = 1.5
"""Ratio, either way, of an index's ``total_size`` to the bytes of its shards. Headers add less than 0.1 %; a tied
head that was counted twice adds up to a fifth and harms nobody; 1.5 is another dtype or another model."""

DTYPE_MAJORITY = 0.9
"""Share of the parameters that one dtype must hold to be the weights' dtype: norms and routers are often F32."""

RECOGNISED = 0.9
"""Probability of the best candidate from which a contradiction is reported: on real checkpoints the recogniser's
first answer was right wherever it was above (``docs/recogniser.md``)."""
