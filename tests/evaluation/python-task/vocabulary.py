VOCABULARY = [f"word{number}" for number in range(40)]
