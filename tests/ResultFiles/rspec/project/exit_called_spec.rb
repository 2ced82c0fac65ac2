RSpec.describe 'exit' do
  it('passes before') { }
  it('ends the run') { exit! 0 }
  it('would fail') { raise }
end
