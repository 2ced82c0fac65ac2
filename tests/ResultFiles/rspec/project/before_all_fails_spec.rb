RSpec.describe 'database' do
  before(:all) { raise 'no database' }
  it('reads') { }
  it('writes') { }
end
