print('SUCCEEDED')
