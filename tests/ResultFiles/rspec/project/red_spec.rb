RSpec.describe 'prices' do
  it('are numbers') { expect(1).to be_a Integer }
  it('know leap days') { expect(28).to eq 29 }
  it('raise') { raise 'no stock <&>' }
  it('fail twice') { aggregate_failures { expect(1).to eq 2; expect(3).to eq 4 } }
end
