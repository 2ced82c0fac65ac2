RSpec.describe 'colours' do
  it('are printed') { puts "\e[31mred\e[0m \x01"; warn "\e]0;title\a"; expect("\e[31mred\x00").to eq 'green' }
end
