using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes.Tests;

public sealed class StringPoolTests
{
    [Fact]
    public void The_same_bytes_give_the_same_string()
    {
        var pool = new StringPool();

        Assert.Same(pool.Get("team-a"u8), pool.Get("team-a"u8));
        Assert.Equal("team-b", pool.Get("team-b"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Grüße, 世界")]
    [InlineData("123456")]
    [InlineData("0a1b2c3d-5a2c-4d0e-9f6b-7b1d1f2e3a4c")]
    public void Every_text_is_read_as_it_is(string text)
    {
        var pool = new StringPool();
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);

        Assert.Equal(text, pool.Get(bytes));
        Assert.Equal(text, pool.Get(bytes));
    }

    [Fact]
    public void A_hundred_thousand_other_texts_change_none()
    {
        var pool = new StringPool();

        Assert.All(Enumerable.Range(0, 100_000), i => Assert.Equal($"name-{i}", pool.Get(System.Text.Encoding.UTF8.GetBytes($"name-{i}"))));
    }
}
