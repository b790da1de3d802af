using System.Net;
using System.Text;

namespace Foreman.Kubernetes.Tests;

public sealed class KubernetesExceptionTests
{
    [Fact]
    public void A_failed_test_is_422_without_details_and_a_refusal_has_causes()
    {
        var failedTest = Error(422, """{"kind":"Status","reason":"Invalid","message":"the server rejected our request due to an error in our request","details":{},"code":422}""");
        var refusal = Error(422, """{"kind":"Status","reason":"Invalid","details":{"name":"a","kind":"Widget","causes":[{"field":"spec.size"}]},"code":422}""");

        Assert.Equal((true, false), (failedTest.IsTestFailed, failedTest.IsInvalid));
        Assert.Equal((false, true), (refusal.IsTestFailed, refusal.IsInvalid));
    }

    [Theory]
    [InlineData(401, nameof(KubernetesException.IsUnauthorized))]
    [InlineData(403, nameof(KubernetesException.IsForbidden))]
    [InlineData(404, nameof(KubernetesException.IsNotFound))]
    [InlineData(409, nameof(KubernetesException.IsConflict))]
    [InlineData(410, nameof(KubernetesException.IsGone))]
    [InlineData(503, nameof(KubernetesException.IsOverloaded))]
    public void Each_code_has_its_property(int code, string word)
    {
        var error = Error(code, "");
        var words = new Dictionary<string, bool>
        {
            [nameof(error.IsUnauthorized)] = error.IsUnauthorized,
            [nameof(error.IsForbidden)] = error.IsForbidden,
            [nameof(error.IsNotFound)] = error.IsNotFound,
            [nameof(error.IsConflict)] = error.IsConflict,
            [nameof(error.IsGone)] = error.IsGone,
            [nameof(error.IsOverloaded)] = error.IsOverloaded,
        };

        Assert.Equal([word], words.Where(w => w.Value).Select(w => w.Key));
    }

    [Fact]
    public void The_message_has_the_servers_message_the_code_and_the_call() =>
        Assert.Equal("no such widget (404 to GET /x)", Error(404, """{"kind":"Status","message":"no such widget","code":404}""").Message);

    [Fact]
    public void Retry_after_is_also_taken_from_the_details() =>
        Assert.Equal(TimeSpan.FromSeconds(7), Error(503, """{"kind":"Status","details":{"retryAfterSeconds":7},"code":503}""").RetryAfter);

    [Fact]
    public void Reason_causes_and_uid_are_taken_from_the_status()
    {
        var error = Error(422, """{"kind":"Status","reason":"Invalid","details":{"uid":"u-1","causes":[{"field":"spec.size","message":"too small","reason":"FieldValueInvalid"}]},"code":422}""");

        Assert.Equal(("Invalid", "u-1"), (error.Reason, error.Uid));
        Assert.Equal("spec.size", Assert.Single(error.Causes).Field);
        Assert.Null(Error(404, "{}").Uid);
        Assert.Empty(Error(404, "{}").Causes);
    }

    private static KubernetesException Error(int code, string body) =>
        ErrorResponse.ToException((HttpStatusCode)code, Encoding.UTF8.GetBytes(body), retryAfter: null, "GET /x");
}
