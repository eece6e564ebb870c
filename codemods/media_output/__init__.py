"""Pictures and speech that the model makes.

In: modalities, image and speech configs. Out: response formats, voices, pictures and sound that
are read.
May use: tables to schemas.
"""
