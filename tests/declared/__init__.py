"""Functions as people hand them to a model, and what the SDK tells the model about them."""
