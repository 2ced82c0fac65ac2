RSpec.describe 'database' do
  after(:all) { raise 'still running' }
  it('reads') { }
end
