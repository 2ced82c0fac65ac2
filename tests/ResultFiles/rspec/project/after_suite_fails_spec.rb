RSpec.configure { |c| c.after(:suite) { raise 'the server did not stop' } }
RSpec.describe 'database' do
  it('reads') { }
end
