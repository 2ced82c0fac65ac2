RSpec.describe 'cart' do
  it('is empty') { expect(0).to eq 0 }
  it("has odd names <&\"> ✓ \e[31m \x01 ]]>") { expect(1).to eq 1 }
  [1, 2].each { |n| it("holds #{n}") { expect(n).to be > 0 } }
  it { expect(3).to eq 3 }
end
