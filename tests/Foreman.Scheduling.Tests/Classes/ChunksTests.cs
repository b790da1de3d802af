namespace Foreman.Scheduling.Tests.Classes;

public class ChunksTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(200)]
    public void It_has_its_items_in_order(int count)
    {
        var chunks = new Chunks<int>(Enumerable.Range(0, count));

        Assert.Equal(count, chunks.Count);
        Assert.Equal(Enumerable.Range(0, count), chunks);
        Assert.Equal(Enumerable.Range(0, count), Enumerable.Range(0, count).Select(i => chunks[i]));
    }

    [Fact]
    public void A_copy_has_other_items_and_leaves_the_first_as_it_was()
    {
        var first = new Chunks<int>(Enumerable.Range(0, 130));

        int[] places = [3, 64, 65, 129];
        var copy = first.With(places, place => -place);

        Assert.Equal(Enumerable.Range(0, 130), first);
        Assert.Equal(Enumerable.Range(0, 130).Select(i => i is 3 or 64 or 65 or 129 ? -i : i), copy);
    }
}
