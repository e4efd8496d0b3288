using System.Text;
using NUnit.Framework;
using Versioning.Workspaces;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class WorkspaceFileTests
{
    private static readonly string Folder = Path.GetFullPath("w");

    [Test]
    public void ShortAndLongPins_AreRead()
    {
        WorkspaceFile file = Parse("""
            {
              "$schema": "x", "store": "../s", // here
              "pins": {
                "models/churn": "production",
                "data": { "artifact": "datasets/reviews", "version": "3", "path": "./data//reviews/", "include": ["train/*.parquet"] },
                "datasets/all": "",
              }
            }
            """);
        Assert.That(file.StoreLocation, Is.EqualTo(Path.GetFullPath(Path.Combine(Folder, "..", "s"))));
        Assert.That(file.Pins.Select(p => (p.Name, p.Requested, p.Path, string.Join(' ', p.Include))), Is.EqualTo(new[]
        {
            ("models/churn", "models/churn@production", "models/churn", ""),
            ("data", "datasets/reviews@3", "data/reviews", "train/*.parquet"),
            ("datasets/all", "datasets/all", "datasets/all", ""),
        }));
    }

    [Test]
    public void PinWithoutAPath_IsReadAsWritten()
    {
        var pin = new PinIntent("models/churn", "models/churn", "production", null, []);
        WorkspaceFile file = Parse("{ \"pins\": {} }").With(pin);
        Assert.That(file.Pins.Single() with { Include = pin.Include }, Is.EqualTo(pin));
    }

    [Test]
    public void WithAndWithout_AreReadAsWritten()
    {
        WorkspaceFile file = Parse("{ \"store\": \"s\" }");
        var pin = new PinIntent("data", "datasets/reviews", "1.4.0", "in/ü", ["a \"b\"", "**"]);
        file = file.With(pin).With(new PinIntent("models/churn", "models/churn", "production", "models/churn", []));
        Assert.That(file.Pins, Has.Count.EqualTo(2));
        Assert.That((file.Pins[0] with { Include = [] }, string.Join('|', file.Pins[0].Include)), Is.EqualTo((pin with { Include = [] }, "a \"b\"|**")));
        Assert.That(file.Without("data").Pins.Select(p => p.Name), Is.EqualTo(["models/churn"]));
    }

    [TestCase("b", "in/data")]
    [TestCase("b", "./IN//data/")]
    [TestCase("b", "in")]
    [TestCase("in/data/x", "in/data/x")]
    public void With_FolderOfAnotherPin_IsAConflictThatNamesIt(string name, string path)
    {
        WorkspaceFile file = Parse("{ \"pins\": { \"data\": { \"version\": \"1\", \"path\": \"in/data\" }, \"none\": { \"version\": \"1\", \"path\": false } } }");
        ConflictException e = Assert.Throws<ConflictException>(() => file.With(new PinIntent(name, "a", "1", path, [])))!;
        Assert.That((e.Code, e.Hint), Is.EqualTo(("path_taken", "Name another folder, or take that one out first: vers unpin data")));
        Assert.That(e.Message, Does.Contain($"'{name}'").And.Contain("pin 'data' has 'in/data'"));
        Assert.That(file.With(new PinIntent("data", "a", "2", path, [])).Pins[0].Selector, Is.EqualTo("2"), "its own");
        Assert.That(file.With(new PinIntent(name, "a", "2", "in/data-2", [])).With(new PinIntent("x", "a", "2", null, [])).Pins, Has.Count.EqualTo(4));
    }

    [TestCase(".versions")]
    [TestCase("./.VERSIONS/in")]
    public void With_FolderOfTheStore_IsAConflict(string path)
    {
        WorkspaceFile file = Parse("{ \"store\": \".versions\" }");
        ConflictException e = Assert.Throws<ConflictException>(() => file.With(new PinIntent("data", "a", "1", path, [])))!;
        Assert.That((e.Code, e.Message), Is.EqualTo(("path_taken", e.Message)));
        Assert.That(e.Message, Does.Contain("the store is in '.versions'"));
        Assert.That(file.With(new PinIntent("data", "a", "1", ".versions-2", [])).Pins, Has.Count.EqualTo(1));
    }

    [TestCase("../y")]
    [TestCase("/y")]
    [TestCase(".")]
    public void With_FolderThatIsNotInTheWorkspace_IsTheCallersMatter(string path)
    {
        VersioningException e = Assert.Throws<VersioningException>(() => Parse("{ }").With(new PinIntent("data", "a", "1", path, [])))!;
        Assert.That((e.Code, e.Message), Is.EqualTo(("invalid_option", e.Message)));
        Assert.That(e.Message, Does.Contain($"'{path}'"));
    }

    [TestCase("https://host/s")]
    [TestCase("../store")]
    [TestCase(".")]
    [TestCase("a\\u0000b")]
    public void Parse_StoreThatIsNoFolderInTheWorkspace_IsInNoPinsWay(string store) =>
        Assert.That(Parse($"{{ \"store\": \"{store}\", \"pins\": {{ \"a\": \"1\" }} }}").StoreFolder, Is.Null);

    [TestCase("[]", "not an object")]
    [TestCase("{ \"store\": \"in/s\", \"pins\": { \"a\": { \"version\": \"1\", \"path\": \"in/s/x\" } } }", "pin 'a' goes to 'in/s/x', where the store is")]
    [TestCase("{", "not sound JSON")]
    [TestCase("{ \"stores\": \"x\" }", "'stores' is not known")]
    [TestCase("{ \"store\": 3 }", "'store' is not a text")]
    [TestCase("{ \"pins\": [] }", "'pins' is not an object")]
    [TestCase("{ \"pins\": { \"a b\": \"1\" } }", "'a b' can't be the name")]
    [TestCase("{ \"pins\": { \"a\": 1 } }", "neither a version nor an object")]
    [TestCase("{ \"pins\": { \"a\": \"x@1\" } }", "version 'x@1'")]
    [TestCase("{ \"pins\": { \"a\": \"1\", \"a\": \"2\" } }", "stands there twice")]
    [TestCase("{ \"pins\": { \"a\": { \"pfad\": \"x\" } } }", "'pfad' of pin 'a' is not known")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"../x\" } } }", "not a folder in the workspace")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"/x\" } } }", "not a folder in the workspace")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"c:\\\\x\" } } }", "not a folder in the workspace")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \".\" } } }", "not a folder in the workspace")]
    [TestCase("{ \"pins\": { \"a\": { \"include\": \"*\" } } }", "not a list of globs")]
    [TestCase("{ \"pins\": { \"a\": \"1\", \"a/b\": \"1\" } }", "one into the other")]
    [TestCase("{ \"pins\": { \"a\": \"1\", \"b\": { \"path\": \"A\" } } }", "the same folder")]
    public void WhatIsNotAWorkspace_IsNamed(string text, string why)
    {
        VersioningException e = Assert.Throws<VersioningException>(() => Parse(text))!;
        Assert.That((e.Code, e.Message), Is.EqualTo(("invalid_workspace", e.Message)));
        Assert.That(e.Message, Does.Contain(why).And.Contain("versions.json"));
    }

    private static WorkspaceFile Parse(string text) => WorkspaceFile.Parse(Path.Combine(Folder, "versions.json"), Encoding.UTF8.GetBytes(text));
}
