using System.Text.Json.Nodes;
using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Routing;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Tests.Routing;

public sealed class ServiceAccountTokensTests
{
    private static readonly ObjectName Account = new("hosts", "mac-1");

    private readonly ManualTimeProvider _clock = new();
    private readonly ObjectStore _store = new(1, 16);
    private readonly ServiceAccountTokens _tokens;

    public ServiceAccountTokensTests()
    {
        _tokens = new(_store, _clock);
        Put("serviceaccounts", Account, "1");
    }

    [Fact]
    public void A_token_is_its_accounts_until_its_time_is_over()
    {
        var (token, expires) = _tokens.Issue(Account, Spec("""{"expirationSeconds":600}"""));

        Assert.Equal(("system:serviceaccount:hosts:mac-1", "1"), (_tokens.Find(token)?.Name, _tokens.Find(token)?.Uid));
        Assert.Equal(_clock.GetUtcNow().AddMinutes(10), expires);
        Assert.Null(_tokens.Find(token + "0"));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(_tokens.Find(token));
    }

    [Fact]
    public void An_hour_is_usual_and_ten_minutes_are_the_least()
    {
        Assert.Equal(_clock.GetUtcNow().AddHours(1), _tokens.Issue(Account, null).Expires);
        Assert.Equal(422, Assert.Throws<ApiException>(() => _tokens.Issue(Account, Spec("""{"expirationSeconds":599}"""))).Code);
        Assert.Equal(422, Assert.Throws<ApiException>(() => _tokens.Issue(Account, Spec("""{"expirationSeconds":4294967297}"""))).Code);
    }

    [Fact]
    public void A_token_ends_with_its_account_and_is_not_that_of_a_new_one_of_the_same_name()
    {
        var (token, _) = _tokens.Issue(Account, null);

        Put("serviceaccounts", Account, "2");
        Assert.Null(_tokens.Find(token));
        _store.Remove("serviceaccounts", Account);
        Assert.Null(_tokens.Find(token));
        Assert.Equal(404, Assert.Throws<ApiException>(() => _tokens.Issue(Account, null)).Code);
    }

    [Fact]
    public void A_bound_token_ends_with_its_Secret_and_there_are_no_pods_to_bind_one_to()
    {
        var secret = new ObjectName("hosts", "bound");
        Put("secrets", secret, "7");
        var (token, _) = _tokens.Issue(Account, Spec("""{"boundObjectRef":{"kind":"Secret","name":"bound","uid":"7"}}"""));

        Assert.NotNull(_tokens.Find(token));
        _store.Remove("secrets", secret);
        Assert.Null(_tokens.Find(token));
        foreach (var bound in (string[])["""{"kind":"Secret","name":"bound"}""", """{"kind":"Pod","name":"agent-x"}""", "{}"])
        {
            Assert.Equal(404, Assert.Throws<ApiException>(() => _tokens.Issue(Account, Spec($$"""{"boundObjectRef":{{bound}}}"""))).Code);
        }
    }

    private void Put(string kind, ObjectName name, string uid) =>
        _store.Put(kind, name, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name.Name, ["namespace"] = name.Namespace, ["uid"] = uid } });

    private static JsonObject Spec(string json) => JsonNode.Parse(json)!.AsObject();
}
