using System.Text.Json;

namespace Foreman.Kubernetes.Tests;

[Trait("Kind", "12")]
public class V1SelfSubjectAccessReviewTests
{
    [Fact]
    public void A_question_names_verb_kind_and_namespace() =>
        Assert.Equal(
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","metadata":{},"spec":{"resourceAttributes":{"namespace":"teams","verb":"patch","group":"coordination.k8s.io","version":"v1","resource":"leases","subresource":"status","name":"one"}}}""",
            JsonSerializer.Serialize(V1SelfSubjectAccessReview.Of("patch", V1Lease.Type, "teams", "one", "status"), V1SelfSubjectAccessReview.TypeInfo));

    [Fact]
    public void An_answer_tells_whether_it_is_allowed_and_why()
    {
        var answer = JsonSerializer.Deserialize("""{"spec":{},"status":{"allowed":false,"denied":true,"reason":"no role","evaluationError":"lost a role","later":1}}"""u8, V1SelfSubjectAccessReview.TypeInfo)!;
        Assert.Equal(new V1SubjectAccessReviewStatus { Allowed = false, Denied = true, Reason = "no role", EvaluationError = "lost a role" }, answer.Status);
    }

    [Fact]
    public void A_question_goes_to_the_cluster_whatever_namespace_it_asks_about() =>
        Assert.Equal("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", V1SelfSubjectAccessReview.Type.CollectionPath("teams"));
}
