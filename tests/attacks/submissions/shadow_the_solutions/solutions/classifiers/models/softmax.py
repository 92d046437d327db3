Softmax = None
