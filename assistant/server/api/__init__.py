"""What programs ask of the server: `/api/v1`, the form of OpenAI under `/v1`, and `/metrics`."""
