require 'helper'

class ColoursTest < Minitest::Test
  def test_prints; puts "\e[31mred\e[0m \x01"; assert_equal 'green', "\e[31mred\x00\xff"; end
end
