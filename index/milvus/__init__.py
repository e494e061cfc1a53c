"""An index in Milvus: passages, vectors and words on a server that several machines share."""
