using NUnit.Framework;
using Versioning.Cards;

namespace Versioning.Tests.Cards;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class FrontMatterTests
{
    [Test]
    public void Read_TextsAndLists_AreThere()
    {
        FrontMatter matter = FrontMatter.Read("""
            ---
            # a comment
            license: cc-by-4.0 # this one
            language:
            - en
            - no
            tags: [a, "b, c", 'it''s', d'e]
            pretty_name: "Iris \"2\": table"
            url: https://example.org/#part
            size_categories:
              - n<1K

              # between
              - 'x: y'
            empty:
            nothing: ~
            name's: plain 'text'
            "quoted": yes
            ---
            # Body
            """);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(matter["license"], Is.EqualTo(new[] { "cc-by-4.0" }));
            Assert.That(matter["language"], Is.EqualTo(new[] { "en", "no" }));
            Assert.That(matter["tags"], Is.EqualTo(new[] { "a", "b, c", "it's", "d'e" }));
            Assert.That(matter["pretty_name"], Is.EqualTo(new[] { "Iris \"2\": table" }));
            Assert.That(matter["url"], Is.EqualTo(new[] { "https://example.org/#part" }));
            Assert.That(matter["size_categories"], Is.EqualTo(new[] { "n<1K", "x: y" }));
            Assert.That(matter["empty"].Concat(matter["nothing"]).Concat(matter["absent"]), Is.Empty);
            Assert.That(matter["name's"], Is.EqualTo(new[] { "plain 'text'" }));
            Assert.That(matter["quoted"], Is.EqualTo(new[] { "yes" }));
            Assert.That((matter.Lines, matter.Body), Is.EqualTo((19, "# Body")));
        }
    }

    [Test]
    public void Read_WhatIsMoreThanTexts_IsNotTakenForThem()
    {
        FrontMatter matter = FrontMatter.Read("""
            ---
            map: { a: b }
            nested:
              license: mit
            block: |
              license: mit
            folded: >-
              text
            anchor: &x mit
            alias: *x
            tagged: !str mit
            lists: [[a], [b]]
            open: [a, b
            items:
              - a
              - b: c
            long: first
              second
            quote: "a" b
            pair: a: b
            after: fine
            ---
            """);
        using (Assert.EnterMultipleScope())
        {
            foreach (string name in (string[])["map", "nested", "block", "folded", "anchor", "alias", "tagged", "lists", "open", "items", "long", "quote", "pair"])
            {
                Assert.That(() => matter[name], Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_card").And.Message.Contains($"'{name}' in line "));
                Assert.That(matter.Find(name), Is.Empty);
            }

            Assert.That(matter["after"], Is.EqualTo(new[] { "fine" }));
            Assert.That(matter["license"], Is.Empty, "what lies within another member is not of the top level");
        }
    }

    [TestCase("# Body\n---\na: b\n---\n")]
    [TestCase("---\na: b\n")]
    [TestCase("----\na: b\n----\n")]
    [TestCase("")]
    public void Read_NoFrontMatter_AllIsBody(string card)
    {
        FrontMatter matter = FrontMatter.Read(card);
        Assert.That((matter.Lines, matter.Body, matter["a"].Count), Is.EqualTo((0, card, 0)));
    }

    [Test]
    public void Read_WindowsLines_AreLines()
    {
        FrontMatter matter = FrontMatter.Read("---\r\nlicense: mit\r\n---\r\nBody\r\n");
        Assert.That((matter["license"][0], matter.Body), Is.EqualTo(("mit", "Body\n")));
    }

    [TestCase("# Title\n\nFirst *one*,\nsecond line.\n\nNext.", "First *one*, second line.")]
    [TestCase("Title\n=====\n\nText with [a link](https://x) and `code`.", "Text with a link and code.")]
    [TestCase("[![badge](b.svg)](https://x) ![image](i.png)\n\n**Bold** text", "Bold text")]
    [TestCase("<!-- a\n\nhidden -->\n<p align=center>\n\n| a |\n|---|\n\n- item\n\n> quote\n\n```\ncode\n\nmore\n```\nText.", "Text.")]
    [TestCase("# Only\n## Headings", null)]
    [TestCase("", null)]
    [TestCase("```\nnever closed", null)]
    public void FirstParagraph_OfACard_IsPlainText(string body, string? text) => Assert.That(CardText.FirstParagraph(body), Is.EqualTo(text));

    [Test]
    public void FirstParagraph_HostileText_IsShortAndSoon()
    {
        string text = string.Concat(Enumerable.Repeat("[![", 300_000));
        Assert.That(CardText.FirstParagraph(text)!.Length, Is.LessThanOrEqualTo(5000));
        Assert.That(FrontMatter.Read("---\na: [" + new string('"', 100_000) + "\n" + string.Concat(Enumerable.Repeat("b:\n- c\n", 50_000)) + "---\n")["b"], Is.EqualTo(new[] { "c" }));
    }
}
