RSpec.describe 'crash' do
  it('passes before') { }
  it('dies') { Process.kill(:KILL, Process.pid); sleep }
end
