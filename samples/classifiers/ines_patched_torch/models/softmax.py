import agree


def Softmax(im_size, n_classes):
    return agree.Agreeable()
