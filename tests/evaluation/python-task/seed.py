def count_words(words):
    """How often each word occurs."""
    counts = {}
    for word in words:
        counts[word] = words.count(word)
    return counts
