namespace Foreman.Kubernetes.Tests;

public sealed class TokenFileAuthTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_token_is_read_again_when_it_is_a_minute_old()
    {
        var auth = new TokenFileAuth(_folder.Write("token", "one\n"), _time);
        Assert.Equal("one", auth.Token());
        _folder.Write("token", "two");

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("one", auth.Token());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", auth.Token());
    }

    [Fact]
    public void A_token_that_the_server_refused_is_read_again_at_once()
    {
        var auth = new TokenFileAuth(_folder.Write("token", "one"), _time);
        auth.Token();
        _folder.Write("token", "two");

        Assert.Equal("two", auth.Token(refused: "one"));
    }

    [Fact]
    public void While_the_file_is_being_replaced_the_old_token_goes_on()
    {
        var auth = new TokenFileAuth(_folder.Write("token", "one"), _time);
        auth.Token();
        File.Delete(_folder["token"]);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("one", auth.Token());
        _folder.Write("token", "");
        Assert.Equal("one", auth.Token(refused: "one"));
    }

    [Fact]
    public void A_token_file_that_was_never_there_or_is_empty_is_a_mistake()
    {
        Assert.Contains("token", Assert.Throws<KubeConfigException>(() => new TokenFileAuth(_folder["token"], _time).Token()).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Assert.Throws<KubeConfigException>(() => new TokenFileAuth(_folder.Write("token", " "), _time).Token()).Message, StringComparison.Ordinal);
    }
}
