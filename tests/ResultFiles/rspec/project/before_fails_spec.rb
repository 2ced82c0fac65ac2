RSpec.describe 'database' do
  before { raise 'no database' }
  it('reads') { }
end
