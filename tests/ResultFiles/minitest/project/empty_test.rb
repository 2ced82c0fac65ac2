require 'helper'

class EmptyTest < Minitest::Test
  def helper; end
end
