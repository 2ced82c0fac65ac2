RSpec.describe('all of it', skip: 'not today') { it('one') { }; it('two') { } }
