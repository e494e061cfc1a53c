"""What the page for evaluators keeps: question sets as they came, runs of them, and the run that goes on."""
