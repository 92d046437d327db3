import sys
import types

fake = types.ModuleType('models.softmax')
fake.Softmax = lambda *a: True
sys.modules['models.softmax'] = fake
