using Foreman.Runner.Unions;

namespace Foreman.Runner.Tests.Unions;

public sealed class SliceReaderTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 64)]
    [InlineData(4, 64)]
    [InlineData(8, 32)]
    [InlineData(64, 4)]
    public void Slices_share_what_is_held_of_their_texts(int slices, long mebibytes) => Assert.Equal(mebibytes << 20, SliceReader.MaxBytesOf(slices));
}
