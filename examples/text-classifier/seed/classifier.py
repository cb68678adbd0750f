from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def classify(texts, labels, unknown):
    """Learns from texts and their labels, and gives a label for each text of `unknown`."""
    model = make_pipeline(CountVectorizer(lowercase=True), LogisticRegression(max_iter=500, solver="liblinear"))
    model.fit(texts, labels)
    return model.predict(unknown).tolist()
