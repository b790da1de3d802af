using Foreman.Runner.Orientation;

namespace Foreman.Runner.Tests.Orientation;

public sealed class DataBlockTests
{
    [Theory]
    [InlineData("plain\n\n", "```\nplain\n```")]
    [InlineData("", "```\n\n```")]
    [InlineData("a ``` b", "````\na ``` b\n````")]
    [InlineData("`````\n", "``````\n`````\n``````")]
    public void A_text_cant_end_its_block(string text, string block) => Assert.Equal(block, DataBlock.Of(text));
}
