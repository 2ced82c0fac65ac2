RSpec.describe 'database' do
  after { raise 'still running' }
  it('reads') { }
end
