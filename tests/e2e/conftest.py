"""What end-to-end tests share."""

from tests.fixtures.llama import llama_server

__all__ = ["llama_server"]
