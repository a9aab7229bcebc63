"""What trainers' loaders do with a row, written anew from their documentation and behaviour: nothing of the product is
imported, so that a mistake is not made twice.
"""
