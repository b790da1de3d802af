using System.Buffers.Text;
using System.Text;

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
        Assert.Equal("one", Token(auth));
        _folder.Write("token", "two");

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("one", Token(auth));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", Token(auth));
    }

    [Fact]
    public void A_token_that_the_server_refused_is_read_again_at_once()
    {
        var auth = new TokenFileAuth(_folder.Write("token", "one"), _time);
        Token(auth);
        _folder.Write("token", "two");

        Assert.Equal("two", Token(auth, refused: "one"));
    }

    [Fact]
    public void While_the_file_is_being_replaced_the_old_token_stays_in_use()
    {
        var auth = new TokenFileAuth(_folder.Write("token", "one"), _time);
        Token(auth);
        File.Delete(_folder["token"]);
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("one", Token(auth));
        _folder.Write("token", "");
        Assert.Equal("one", Token(auth, refused: "one"));
    }

    [Fact]
    public void A_token_file_that_was_never_there_or_is_empty_is_a_mistake()
    {
        Assert.Contains("token", Assert.Throws<KubeConfigException>(() => Token(new TokenFileAuth(_folder["token"], _time))).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Assert.Throws<KubeConfigException>(() => Token(new TokenFileAuth(_folder.Write("token", " "), _time))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_past_most_of_its_life_is_looked_for_every_few_seconds()
    {
        var begin = _time.GetUtcNow().ToUnixTimeSeconds();
        var auth = new TokenFileAuth(_folder.Write("token", Jwt(begin, begin + 600)), _time);
        Token(auth);
        _time.Advance(TimeSpan.FromSeconds(479));
        Token(auth);
        _folder.Write("token", "new");

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.NotEqual("new", Token(auth));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("new", Token(auth));
    }

    private static string? Token(TokenFileAuth auth, string? refused = null)
    {
        var got = auth.GetAsync(refused is null ? null : new(refused), CancellationToken.None).AsTask();
        Assert.True(got.IsCompletedSuccessfully);
        return got.Result.Token;
    }

    private static string Jwt(long issued, long ends) =>
        $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"iat":{{issued}},"exp":{{ends}}}"""))}.c2ln";
}
