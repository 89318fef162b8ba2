"""The HTTP server: connections, bodies, requests in turn, the operator's pages."""
