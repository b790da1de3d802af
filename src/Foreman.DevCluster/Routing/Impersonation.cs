using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Writing;
using Microsoft.AspNetCore.Http;

namespace Foreman.DevCluster.Routing;

/// <summary>The user whom a request is made for, by the headers <c>Impersonate-*</c>; only the owner of the cluster may use them.</summary>
internal static class Impersonation
{
    private const string Prefix = "Impersonate-";
    private const string ExtraPrefix = Prefix + "Extra-";
    private const string Account = "system:serviceaccount:";
    private const string Authenticated = "system:authenticated";
    private const string Unauthenticated = "system:unauthenticated";

    /// <summary>The impersonated user; the caller where no header asks for one.</summary>
    /// <param name="headers">Of the request.</param>
    /// <param name="caller">Whose token it has.</param>
    /// <exception cref="ApiException">403 for a caller who may not, 500 for headers without a user, as kube-apiserver answers.</exception>
    public static ClusterUser Apply(IHeaderDictionary headers, ClusterUser caller)
    {
        if (!headers.Keys.Any(header => header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)))
        {
            return caller;
        }

        var name = headers[Prefix + "User"].ToString();
        if (name.Length == 0)
        {
            throw ApiErrors.Internal("Internal error occurred: groups, uid or extra are impersonated without a user");
        }

        if (!ReferenceEquals(caller, ClusterUser.Admin))
        {
            throw new ApiException(403, "Forbidden", $"users \"{name}\" is forbidden: User \"{caller.Name}\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope");
        }

        return new ClusterUser(name, Groups(headers, name)) { Uid = headers[Prefix + "Uid"].ToString(), Extra = Extra(headers) };
    }

    // Those of a ServiceAccount are added only where no group is named, as on kube-apiserver.
    private static List<string> Groups(IHeaderDictionary headers, string name)
    {
        List<string> named = [.. headers[Prefix + "Group"].OfType<string>().SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (named.Count > 0)
        {
            return named.Contains(Authenticated, StringComparer.Ordinal) || named.Contains(Unauthenticated, StringComparer.Ordinal) ? named : [.. named, Authenticated];
        }

        var account = name.StartsWith(Account, StringComparison.Ordinal) && name[Account.Length..].Split(':') is [var space, _] ? ClusterUser.ServiceAccountGroups(space) : [];
        return [.. account, Authenticated];
    }

    private static Dictionary<string, IReadOnlyList<string>> Extra(IHeaderDictionary headers)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            {
                extra[Uri.UnescapeDataString(name[ExtraPrefix.Length..].ToLowerInvariant())] = [.. values.OfType<string>()];
            }
        }

        return extra;
    }
}
