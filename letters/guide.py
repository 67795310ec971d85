"""The README of this folder, made from the catalogue."""

from letters.entries import Catalogue


def readme(catalogue: Catalogue) -> str:
    return ""
